DROP TABLE ai_embeddings;
DROP TABLE ai_messages;
DROP TABLE ai_conversations;
DROP TABLE ai_patterns;
DROP TABLE ai_insights;
