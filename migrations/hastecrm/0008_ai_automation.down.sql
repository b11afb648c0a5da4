-- Takes back calls of models, automations and models.

DROP TABLE ai_tasks;
DROP TABLE automation_executions;
DROP TABLE automations;
DROP TABLE ai_models;
