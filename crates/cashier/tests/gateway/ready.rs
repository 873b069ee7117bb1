use crate::script::Script;

#[tokio::test]
async fn there_is_nothing_to_get_before_a_call() {
    let script = Script::default();
    script.sandbox().ready().await.unwrap();
    assert!(script.sent().is_empty());
}
