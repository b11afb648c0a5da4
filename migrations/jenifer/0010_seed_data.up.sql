-- Brings the default feature flags. The document asks for them without naming any: these are the switches that its AI
-- settings and its modules speak of. It also asks for system configuration, but has no table for that.

INSERT INTO feature_flags (id, key, name, description, is_enabled, rollout_percentage, allowed_tiers)
SELECT md5('feature_flags:' || key)::uuid, key, name, description, rollout > 0, rollout, tiers::jsonb
FROM (VALUES
  ('proactive_suggestions', 'Proactive suggestions', 'The assistant proposes actions unasked', 100, '[]'),
  ('auto_conflict_detection', 'Conflict detection', 'Overlapping meetings are found as they arise', 100, '[]'),
  ('pattern_learning', 'Pattern learning', 'Habits of an executive are learnt', 100, '["professional", "enterprise"]'),
  ('calendar_sync', 'Calendar sync', 'Two-way sync with Google and Outlook', 100,
    '["starter", "professional", "enterprise"]'),
  ('concierge_services', 'Concierge services', 'The directory of restaurants, hotels, drivers', 50, '["enterprise"]'),
  ('semantic_search', 'Semantic search', 'Search by meaning over embeddings', 0, '["professional", "enterprise"]')
) AS flag (key, name, description, rollout, tiers);
