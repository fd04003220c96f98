package io.pergola.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Tells of Ctrl-C and SIGTERM before the JVM begins to end. The JDK has this in {@code sun.misc}
 * only, which the compiler warns of and a shutdown hook is no replacement for: once it runs, a
 * second signal is not heard.
 */
final class StopSignals {
  private StopSignals() {}

  /** Calls back for each such signal from now on, in place of ending the process. */
  static void handle(Runnable callback) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler calls =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              callback.run();
            }
            return method.getName().equals("hashCode") ? Integer.valueOf(1) : null;
          };
      Object proxy =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(), new Class<?>[] {handler}, calls);
      for (String name : new String[] {"INT", "TERM"}) {
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This JVM tells of no signals.", e);
    }
  }
}
