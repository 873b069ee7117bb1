use pay_core::id_type;

id_type!(
    PaymentId,
    "transaction_id",
    "A payment's id, such as `5CD0RGCKJ`. In paths the document calls it the transaction id."
);
id_type!(MerchantId, "merchant", "A merchant's id: a UUID in the document's sample.");
