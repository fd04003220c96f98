package io.pergola.schedule;

import io.pergola.metadata.BackfillLedger;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.ScheduleLedger;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.locks.LockSupport;

/**
 * A store that lets a test in just before and just after the transaction of a tick, or of a
 * backfill's step.
 */
final class TickFaults {
  private TickFaults() {}

  static MetadataStore around(MetadataStore store, Runnable before, Runnable after) {
    Around advance =
        (name, real) -> {
          if (!name.equals("advance")) {
            return real.call();
          }
          before.run();
          Object answer = real.call();
          after.run();
          return answer;
        };
    ScheduleLedger schedules = proxy(ScheduleLedger.class, store.schedules(), advance);
    BackfillLedger backfills = proxy(BackfillLedger.class, store.backfills(), advance);
    return proxy(
        MetadataStore.class,
        store,
        (name, real) ->
            switch (name) {
              case "schedules" -> schedules;
              case "backfills" -> backfills;
              default -> real.call();
            });
  }

  private interface Call {
    Object call() throws Throwable;
  }

  private interface Around {
    Object call(String name, Call real) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, T real, Around around) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                around.call(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(real, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }

  /**
   * Ticks once and stops where it is told to, for good: {@code LOCATION INSTANT before|after}. It
   * says so on its standard output.
   */
  public static void main(String[] arguments) {
    Clock clock = Clock.fixed(Instant.parse(arguments[1]), ZoneOffset.UTC);
    Runnable here =
        () -> {
          System.out.println("here");
          while (true) {
            LockSupport.park();
          }
        };
    Runnable before = arguments[2].equals("before") ? here : () -> {};
    try (MetadataStore store = MetadataStore.open(arguments[0], clock)) {
      Scheduler.over(around(store, before, here), clock).tick();
    }
  }
}
