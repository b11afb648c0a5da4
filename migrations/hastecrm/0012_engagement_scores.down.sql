-- Takes back the engagement scores.

DROP MATERIALIZED VIEW contact_engagement_scores;
