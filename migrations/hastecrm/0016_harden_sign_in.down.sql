-- Takes away the doors.
DROP FUNCTION record_tracking_event(uuid, text, inet, text, text);
DROP FUNCTION found_workspace(text, text);
DROP FUNCTION register_user(text, text, text, text);
DROP FUNCTION find_sign_in(text, text);
