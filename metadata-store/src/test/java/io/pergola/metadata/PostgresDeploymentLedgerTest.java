package io.pergola.metadata;

class PostgresDeploymentLedgerTest extends DeploymentLedgerContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location, clock);
  }
}
