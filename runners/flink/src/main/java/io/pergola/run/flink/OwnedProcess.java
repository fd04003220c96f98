package io.pergola.run.flink;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program that ends with another process, its owner, even if that one is killed and can ask
 * nobody to end. Nothing is cleaned up then: the owner's folder is what is left.
 */
final class OwnedProcess {
  private static final long LOOK_MILLIS = 250;
  private static final int OWN_ARGUMENTS = 3;

  private OwnedProcess() {}

  /** The words of a command line that come before the program's class. */
  static List<String> before(ProcessHandle owner) {
    return List.of(
        OwnedProcess.class.getName(), Long.toString(owner.pid()), ClusterProcess.startOf(owner));
  }

  /** Takes the owner's id and start, the class of a program, and that program's arguments. */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Optional<ProcessHandle> owner =
        ProcessHandle.of(Long.parseLong(arguments[0]))
            .filter(process -> ClusterProcess.startOf(process).equals(arguments[1]));
    Thread watch = new Thread(() -> endWith(owner), "pergola-owner");
    watch.setDaemon(true);
    watch.start();
    String[] rest = Arrays.copyOfRange(arguments, OWN_ARGUMENTS, arguments.length);
    Class.forName(arguments[OWN_ARGUMENTS - 1])
        .getMethod("main", String[].class)
        .invoke(null, (Object) rest);
  }

  private static void endWith(Optional<ProcessHandle> owner) {
    try {
      while (owner.isPresent() && owner.get().isAlive()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }
}
