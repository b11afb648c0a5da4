-- Takes away the doors.
DROP FUNCTION take_verification_token(text, text);
DROP FUNCTION add_verification_token(text, text, timestamp);
DROP FUNCTION sign_up(text, text, text);
DROP FUNCTION find_session(text);
DROP FUNCTION find_account(text, text);
DROP FUNCTION find_sign_in(text);
