-- Brings back the record of changes as the document has it.
DROP FUNCTION invite_user(uuid, user_role, text, text, text, text);
DROP FUNCTION find_sign_in(text);

CREATE OR REPLACE FUNCTION audit_trigger_function()
RETURNS TRIGGER AS $$
BEGIN
  INSERT INTO system_events (
    event_type,
    source,
    entity_type,
    entity_id,
    event_data,
    timestamp
  ) VALUES (
    TG_OP,
    'database_trigger',
    TG_TABLE_NAME,
    COALESCE(NEW.id, OLD.id),
    CASE
      WHEN TG_OP = 'DELETE' THEN row_to_json(OLD)
      ELSE row_to_json(NEW)
    END,
    NOW()
  );

  RETURN COALESCE(NEW, OLD);
END;
$$ LANGUAGE plpgsql;
