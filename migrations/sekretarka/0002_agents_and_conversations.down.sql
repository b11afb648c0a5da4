DROP TABLE conversations;
DROP TABLE ai_agents;
