-- Takes back deals and pipelines.

DROP TABLE deal_history;
DROP TABLE deals;
DROP TABLE pipeline_stages;
DROP TABLE pipelines;
