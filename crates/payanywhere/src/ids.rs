use pay_core::id_type;

id_type!(Mid, "mid", "A merchant's id, such as 13 digits. Always text on the wire.");
id_type!(
    AccountId,
    "account_id",
    "The id under which a merchant's transactions and invoices stand. The login tells it."
);
id_type!(BatchId, "bids", "The id of a batch.");
