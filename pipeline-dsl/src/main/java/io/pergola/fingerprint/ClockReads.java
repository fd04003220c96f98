package io.pergola.fingerprint;

import io.pergola.fingerprint.ClassFiles.Method;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.internal.Records;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Finds where a component's own code reads the clock or an unseeded generator, by the bytecode that
 * it reaches inside its jar or folder. Calls made by libraries, by reflection, or through objects
 * that were made elsewhere are not seen. {@code System.nanoTime} is allowed: it tells durations,
 * not the time.
 */
public final class ClockReads {
  private static final Set<String> TIMES =
      Set.of(
          "Instant",
          "LocalDate",
          "LocalTime",
          "LocalDateTime",
          "OffsetDateTime",
          "OffsetTime",
          "ZonedDateTime",
          "Year",
          "YearMonth",
          "MonthDay");
  private static final Set<String> CALLS =
      Set.of(
          "java/lang/System.currentTimeMillis",
          "java/lang/Math.random",
          "java/lang/StrictMath.random",
          "java/util/UUID.randomUUID",
          "java/util/concurrent/ThreadLocalRandom.current",
          "java/util/Calendar.getInstance",
          "java/util/random/RandomGenerator.getDefault",
          "java/util/random/RandomGenerator.of",
          "java/time/Clock.systemUTC",
          "java/time/Clock.systemDefaultZone",
          "java/time/Clock.system",
          "java/time/Clock.tickMillis",
          "java/time/Clock.tickSeconds",
          "java/time/Clock.tickMinutes");
  private static final Set<String> BARE_CONSTRUCTORS =
      Set.of(
          "java/util/Date",
          "java/util/GregorianCalendar",
          "java/util/Random",
          "java/util/SplittableRandom",
          "java/security/SecureRandom");

  private final ClassFiles files;
  private final Deque<Method> todo = new ArrayDeque<>();
  private final Set<Method> seen = new HashSet<>();
  private final Set<String> whole = new HashSet<>();
  private final SortedSet<String> found;
  private final List<ClockRead> reads;

  private ClockReads(ClassFiles files, SortedSet<String> found, List<ClockRead> reads) {
    this.files = files;
    this.found = found;
    this.reads = reads;
  }

  /**
   * The calls that a component reaches, its lambdas included; none for one that comes with Pergola.
   * What cannot be read is passed over.
   */
  public static List<ClockRead> of(Component<?> component) {
    List<ClockRead> reads = new ArrayList<>();
    SortedSet<String> found = new TreeSet<>();
    Class<?> type = component.getClass();
    if (!Release.covers(type)) {
      walk(type.getClassLoader(), type.getName().replace('.', '/'), Optional.empty(), found, reads);
    }
    RecordComponent[] declared = type.getRecordComponents();
    if (declared != null) {
      for (RecordComponent parameter : declared) {
        Object value = Records.value((Record) (Object) component, parameter);
        if (value instanceof Serializable lambda && Lambdas.isLambda(value)) {
          SerializedLambda code = Lambdas.unwrap(lambda);
          Method method =
              new Method(
                  code.getImplClass(), code.getImplMethodName(), code.getImplMethodSignature());
          walk(
              value.getClass().getClassLoader(),
              code.getImplClass(),
              Optional.of(method),
              found,
              reads);
        }
      }
    }
    return List.copyOf(reads);
  }

  private static void walk(
      @Nullable ClassLoader loader,
      String type,
      Optional<Method> start,
      SortedSet<String> found,
      List<ClockRead> reads) {
    if (loader == null) {
      return;
    }
    String home = CodeSources.of(loader).of(loader, type);
    if (home.equals(CodeSources.JDK) || home.equals(CodeSources.MISSING)) {
      return;
    }
    ClockReads walk = new ClockReads(new ClassFiles(loader, home), found, reads);
    try {
      if (start.isPresent()) {
        walk.call(start.get());
      } else {
        walk.instantiated(type);
      }
      while (!walk.todo.isEmpty()) {
        walk.body(walk.todo.remove());
      }
    } catch (UncheckedIOException e) {
      return; // the fingerprint of the same code refuses it with a message
    }
  }

  private void instantiated(String type) {
    if (files.isHome(type) && whole.add(type)) {
      for (Map.Entry<Method, Integer> method : files.read(type).methods().entrySet()) {
        boolean synthetic = (method.getValue() & Opcodes.ACC_SYNTHETIC) != 0;
        if (!synthetic && seen.add(method.getKey())) {
          todo.add(method.getKey());
        }
      }
      String parent = files.read(type).parent();
      if (parent != null) {
        instantiated(parent);
      }
    }
  }

  private void call(Method method) {
    if (files.isHome(method.owner())) {
      Method declared = files.resolve(method);
      if (declared != null && seen.add(declared)) {
        todo.add(declared);
      }
      Method initialiser = new Method(method.owner(), "<clinit>", "()V");
      if (files.read(method.owner()).methods().containsKey(initialiser) && seen.add(initialiser)) {
        todo.add(initialiser);
      }
    }
  }

  private void body(Method method) {
    ClassReader reader = files.read(method.owner()).reader();
    String[] source = {method.owner() + ".class"};
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public void visitSource(@Nullable String file, @Nullable String debug) {
            if (file != null) {
              source[0] = file;
            }
          }

          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return name.equals(method.name()) && descriptor.equals(method.descriptor())
                ? new Body(source[0])
                : null;
          }
        },
        ClassReader.SKIP_FRAMES);
  }

  /** The name of a forbidden call, for people. */
  private static Optional<String> forbidden(String owner, String name, String descriptor) {
    String simple = owner.substring(owner.lastIndexOf('/') + 1);
    if (name.equals("<init>")) {
      return BARE_CONSTRUCTORS.contains(owner) && descriptor.equals("()V")
          ? Optional.of("new " + simple + "()")
          : Optional.empty();
    }
    boolean now =
        owner.startsWith("java/time/")
            && TIMES.contains(simple)
            && name.equals("now")
            && !descriptor.contains("Ljava/time/Clock;");
    boolean shuffle =
        owner.equals("java/util/Collections")
            && name.equals("shuffle")
            && descriptor.equals("(Ljava/util/List;)V");
    return now || shuffle || CALLS.contains(owner + "." + name)
        ? Optional.of(simple + "." + name)
        : Optional.empty();
  }

  /** Follows one method and notes the lines of forbidden calls. */
  private final class Body extends MethodVisitor {
    private final String source;
    private int line;

    Body(String source) {
      super(Opcodes.ASM9);
      this.source = source;
    }

    @Override
    public void visitLineNumber(int number, Label start) {
      line = number;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.NEW) {
        instantiated(type);
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      look(owner, name, descriptor);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      for (Object argument : arguments) {
        if (argument instanceof Handle handle) {
          look(handle.getOwner(), handle.getName(), handle.getDesc());
        }
      }
    }

    private void look(String owner, String name, String descriptor) {
      forbidden(owner, name, descriptor)
          .ifPresent(
              call -> {
                ClockRead read = new ClockRead(call, source + (line > 0 ? ":" + line : ""));
                if (found.add(read.toString())) {
                  reads.add(read);
                }
              });
      call(new Method(owner, name, descriptor));
    }
  }
}
