package io.millrace.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lists the records that a config may name where an interface stands: a new one is one class with a
 * {@link Named}, and one line here. Beside them a config may give the full name of any other record
 * that implements the interface.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OneOf {
  /** The records, in the order of the documentation. */
  Class<?>[] value();

  /**
   * The one of them that a bare number stands for, which is its only key; {@code void} for none.
   */
  Class<?> number() default void.class;

  /** What is said besides to one who writes a value of before. */
  String hint() default "";
}
