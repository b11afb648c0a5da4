//! Runs the program and ends with its exit code.

fn main() -> std::process::ExitCode {
    purview::cli::run()
}
