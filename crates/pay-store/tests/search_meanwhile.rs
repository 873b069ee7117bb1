//! What a search finds does not undo what was decided while it searched.

use std::sync::Arc;

use pay_core::{Clock as _, Error, ErrorKind, LostCall, ManualClock, Outcome, Resolution};
use pay_store::{AccountKey, Decision, EntryKey, Journal, Keyring, SimulationStore, State};
use time::OffsetDateTime;

#[tokio::test]
async fn what_a_person_settled_during_a_search_stands() {
    let clock = ManualClock::new(OffsetDateTime::from_unix_timestamp(1_900_000_000).unwrap());
    let keys = Keyring::new("test", [7; 32]).unwrap();
    let journal = Journal::new(SimulationStore::new(), keys).clock(Arc::new(clock.clone()));
    let shop = AccountKey::new("shop", "test", "one");
    let key = EntryKey::new(shop.clone(), "shop.pay", "order-1").unwrap();
    let (desk, settled) = (journal.desk(), key.clone());
    let account = journal.account(shop, (), move |(), _: LostCall| {
        let (desk, key) = (desk.clone(), settled.clone());
        async move {
            let because = Decision::new("ada", "the portal shows it").unwrap();
            desk.settle(&key, true, because).await.unwrap();
            Ok(Resolution::<u32>::NotSeen { searched_until: OffsetDateTime::UNIX_EPOCH })
        }
    });
    let lost = LostCall::new("shop.pay", clock.now());
    let send = |()| async { Err(Error::new(ErrorKind::Timeout, Outcome::Unknown, "no answer")) };
    let error = account.once::<u32, _, _>("order-1", lost, send).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);

    let looked = account.recover().await.unwrap();
    assert_eq!(looked[0].state, State::SettledApplied);
    let entry = journal.desk().entry(&key).await.unwrap().unwrap();
    assert_eq!(entry.state, State::SettledApplied);
}
