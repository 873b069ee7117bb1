//! A process that is started to be killed: see `pay_tests::processes`.

fn main() -> std::process::ExitCode {
    pay_tests::processes::worker::main()
}
