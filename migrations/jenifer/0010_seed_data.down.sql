DELETE FROM feature_flags
WHERE key IN (
  'proactive_suggestions', 'auto_conflict_detection', 'pattern_learning', 'calendar_sync', 'concierge_services',
  'semantic_search'
);
