use super::*;
use jiff::civil::date;

#[test]
fn every_data_file_reads() {
    let made = try_generate(date(2026, 11, 24), usize::MAX, 0, false);
    assert!(made.is_ok(), "{}", made.unwrap_err());
}
