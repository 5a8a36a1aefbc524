package io.millrace.backend;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Makes every test class run on the binary that a job would choose; found as a service. */
public final class SelectNativeBinary implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    NativeBinary.select();
  }
}
