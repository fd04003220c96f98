package io.pergola.schedule;

class SqliteRaceTest extends RaceContract {}
