package io.pergola.fingerprint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The class files of one code source, and how methods are found in them. */
final class ClassFiles {
  private final ClassLoader loader;
  private final String home;
  private final Map<String, ClassFile> files = new HashMap<>();

  ClassFiles(ClassLoader loader, String home) {
    this.loader = loader;
    this.home = home;
  }

  /** A method as the class file names it; its owner declares it. */
  record Method(String owner, String name, String descriptor) {}

  /**
   * What the closure asks of one class.
   *
   * @param methods every method it declares, and its access flags
   */
  record ClassFile(
      ClassReader reader,
      @Nullable String parent,
      List<String> interfaces,
      Map<Method, Integer> methods) {}

  /** Whether a class's bytecode is to be followed. */
  boolean isHome(String type) {
    return !type.startsWith("[") && CodeSources.of(loader).of(loader, type).equals(home);
  }

  /**
   * Reads a class.
   *
   * @throws UncheckedIOException if its file cannot be read
   */
  ClassFile read(String type) {
    return files.computeIfAbsent(type, this::load);
  }

  /**
   * The method that a call of {@code owner.name} reaches first: that of the class itself, of its
   * superclasses, then of its interfaces; null if none of them in this code source declares it.
   */
  @Nullable Method resolve(Method call) {
    Method inherited = inSuperclasses(call);
    return inherited != null ? inherited : inInterfaces(call.owner(), call);
  }

  private @Nullable Method inSuperclasses(Method call) {
    String type = call.owner();
    while (type != null && isHome(type)) {
      Method declared = new Method(type, call.name(), call.descriptor());
      if (read(type).methods().containsKey(declared)) {
        return declared;
      }
      type = read(type).parent();
    }
    return null;
  }

  private @Nullable Method inInterfaces(@Nullable String type, Method call) {
    if (type == null || !isHome(type)) {
      return null;
    }
    Method declared = new Method(type, call.name(), call.descriptor());
    if (read(type).methods().containsKey(declared)) {
      return declared;
    }
    for (String parent : read(type).interfaces()) {
      Method found = inInterfaces(parent, call);
      if (found != null) {
        return found;
      }
    }
    return inInterfaces(read(type).parent(), call);
  }

  private ClassFile load(String type) {
    try (InputStream in = loader.getResourceAsStream(type + ".class")) {
      if (in == null) {
        throw new FileNotFoundException(type + ".class");
      }
      ClassReader reader = new ClassReader(in);
      Map<Method, Integer> methods = new HashMap<>();
      reader.accept(
          new ClassVisitor(Opcodes.ASM9) {
            @Override
            public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
              methods.put(new Method(type, name, descriptor), access);
              return null;
            }
          },
          ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      return new ClassFile(
          reader, reader.getSuperName(), List.of(reader.getInterfaces()), Map.copyOf(methods));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the class file of " + type, e);
    }
  }
}
