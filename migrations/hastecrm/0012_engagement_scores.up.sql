-- How much each contact reacts: mail, opens, clicks and activities, weighed into one score.

CREATE MATERIALIZED VIEW contact_engagement_scores AS
SELECT
    c.id,
    c.workspace_id,
    COUNT(DISTINCT e.id) AS email_count,
    COUNT(DISTINCT CASE WHEN et.event_type = 'open' THEN et.id END) AS email_opens,
    COUNT(DISTINCT CASE WHEN et.event_type = 'click' THEN et.id END) AS email_clicks,
    COUNT(DISTINCT a.id) AS activity_count,
    MAX(a.occurred_at) AS last_activity_at,
    (
        COUNT(DISTINCT CASE WHEN et.event_type = 'open' THEN et.id END) * 1 +
        COUNT(DISTINCT CASE WHEN et.event_type = 'click' THEN et.id END) * 3 +
        COUNT(DISTINCT CASE WHEN a.type = 'meeting_held' THEN a.id END) * 10 +
        COUNT(DISTINCT CASE WHEN a.type = 'email_received' THEN a.id END) * 5
    ) AS engagement_score
FROM contacts c
LEFT JOIN emails e ON c.id = e.contact_id
LEFT JOIN email_tracking_events et ON e.id = et.email_id
LEFT JOIN activities a ON c.id = a.contact_id
WHERE c.deleted_at IS NULL
GROUP BY c.id, c.workspace_id;

CREATE INDEX idx_engagement_scores_workspace ON contact_engagement_scores(workspace_id);
CREATE INDEX idx_engagement_scores_score ON contact_engagement_scores(workspace_id, engagement_score DESC);
