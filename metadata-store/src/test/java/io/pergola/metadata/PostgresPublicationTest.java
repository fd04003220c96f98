package io.pergola.metadata;

class PostgresPublicationTest extends PublicationContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
