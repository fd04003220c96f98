package io.pergola.artifact;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names an artifact type in the metadata store, where it differs from the simple class name. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ArtifactType {
  /** The type's name, such as {@code ExampleStatistics}. */
  String value();

  /** Files that every artifact of this type holds; whoever imports one looks for them. */
  String[] files() default {};
}
