DROP TABLE kit_instances;
DROP TABLE kit_templates;
