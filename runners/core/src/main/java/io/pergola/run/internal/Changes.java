package io.pergola.run.internal;

import io.pergola.run.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says in words how two sets of cache key parts differ. */
final class Changes {
  private Changes() {}

  /** The differences, in the order of the parts' names; parts not known now are left out. */
  static List<Reason> between(KeyParts before, KeyParts now) {
    List<Reason> reasons = new ArrayList<>();
    Set<String> names = new TreeSet<>(before.parts().keySet());
    names.addAll(now.parts().keySet());
    for (String name : names) {
      KeyParts.@Nullable Part was = before.parts().get(name);
      KeyParts.@Nullable Part is = now.parts().get(name);
      String wasDigest = was == null ? "" : was.digest();
      String isDigest = is == null ? "" : is.digest();
      boolean known = is == null || !is.digest().equals(NodeKeys.UNKNOWN);
      if (known && !wasDigest.equals(isDigest)) {
        reasons.add(reason(name, text(was), text(is)));
      }
    }
    return reasons;
  }

  private static Reason reason(String name, String before, String now) {
    if (name.equals(KeyParts.COMPONENT)) {
      return new Reason.ComponentChanged(before, now);
    }
    if (name.startsWith(KeyParts.PARAMETER)) {
      String parameter = name.substring(KeyParts.PARAMETER.length());
      return before.equals(now)
          ? new Reason.CodeChanged(parameter)
          : new Reason.ParameterChanged(parameter, before, now);
    }
    if (name.startsWith(KeyParts.INPUT)) {
      return new Reason.InputChanged(
          name.substring(KeyParts.INPUT.length()), now.equals("(none)") ? before : now);
    }
    if (name.equals(KeyParts.SPANS)) {
      return new Reason.SpansChanged(before, now);
    }
    if (name.startsWith(KeyParts.EXTERNAL)) {
      return new Reason.ExternalFileChanged(name.substring(KeyParts.EXTERNAL.length()));
    }
    return new Reason.CodeChanged(now);
  }

  private static String text(KeyParts.@Nullable Part part) {
    return part == null ? "(none)" : part.text();
  }
}
