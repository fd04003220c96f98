package io.pergola.metadata;

class PostgresNotificationLedgerTest extends NotificationLedgerContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
