package io.millrace.build;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.millrace.cli.Main;
import io.millrace.image.ImageDecoder;
import java.util.stream.Stream;

/** The classes of both modules, without their tests. */
final class Product {
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(
              location ->
                  Stream.of(Main.class, ImageDecoder.class)
                      .anyMatch(each -> location.contains(home(each))))
          .importPackages("io.millrace");

  private Product() {}

  /** The name of a class, or of the outermost one around it. */
  static String outer(JavaClass each) {
    return each.getName().replaceFirst("\\$.*", "");
  }

  /** The folder or jar of the module that a class belongs to: tests lie elsewhere. */
  private static String home(Class<?> product) {
    return product.getProtectionDomain().getCodeSource().getLocation().getPath();
  }
}
