# make demo      five systems in a private PostgreSQL, and the console on them
# make test      everything that has to pass
# make test-all  the tests that need a server, on PostgreSQL 13 to 18, with a million verdicts of row security compared; an hour and more
# make picture   the pictures in the README, drawn anew
# make bench     speed, as ratios against the least program that does the same

.PHONY: demo test test-all picture bench

demo:
	@scripts/provide
	cargo build --release
	cargo run --quiet --release -- demo

test:
	@scripts/provide tests
	cargo fmt --check
	cargo clippy --quiet --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --no-deps
	cargo test

test-all:
	@scripts/provide tests
	@PURVIEW_TEST_ALL=1 PURVIEW_RLS_COMPARISONS=166667 scripts/matrix

picture:
	@scripts/provide
	cargo build --release --bin purview --example picture
	cargo run --quiet --release -- demo start
	cargo run --quiet --release --example picture

bench:
	@scripts/provide
	cargo build --release --bin purview --example bench --example floor --example many --example panics
	cargo run --quiet --release --example bench
	cargo run --quiet --release --example many
	cargo bench --bench rooms
