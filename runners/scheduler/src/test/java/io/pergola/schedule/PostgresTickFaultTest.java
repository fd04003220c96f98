package io.pergola.schedule;

import io.pergola.metadata.EmbeddedPostgresServer;

class PostgresTickFaultTest extends TickFaultContract {
  private final String location = EmbeddedPostgresServer.shared().freshDatabase();

  @Override
  String location() {
    return location;
  }
}
