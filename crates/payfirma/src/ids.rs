use pay_core::id_type;

id_type!(
    TransactionId,
    "transaction_id",
    "A transaction's number: `id` in replies, `transaction_id` in a hosted page's redirect. Captures \
     and refunds want this one."
);
id_type!(
    TransactionLookupId,
    "lookup_id",
    "A transaction's hashed id: `transaction_id` in replies, `lookup_id` in a hosted page's redirect."
);
id_type!(CustomerId, "customer_lookup_id", "A customer's lookup id.");
id_type!(CardId, "card_lookup_id", "A stored card's lookup id.");
id_type!(SubscriptionId, "subscription_lookup_id", "A subscription's lookup id.");
id_type!(PlanId, "plan_lookup_id", "A plan's lookup id.");
id_type!(InvoiceId, "invoice_id", "An invoice's id.");
id_type!(MerchantId, "merchant_id", "A merchant's id, as the login tells it.");
