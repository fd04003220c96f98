package io.pergola.metadata;

class PostgresMetadataStoreTest extends MetadataStoreContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
