package io.pergola.schedule;

class SqliteTickFaultTest extends TickFaultContract {
  @Override
  String location() {
    return folder.resolve("metadata.db").toString();
  }
}
