//! One promise, kept by every store.

/// Makes a test of each function, `async fn(impl Store)`, on every store there is.
macro_rules! on_every_store {
    ($($promise:ident),* $(,)?) => {
        mod simulation {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(pay_store::SimulationStore::new()).await;
            })*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                if let Some(store) = super::stores::postgres().await {
                    super::$promise(store).await;
                }
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let folder = super::stores::Folder::new();
                super::$promise(folder.sqlite("payments.db").await).await;
            })*
        }
    };
}
