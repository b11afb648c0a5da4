DROP TABLE usage_metrics;
DROP TABLE subscriptions;
DROP TABLE analytics_events;
