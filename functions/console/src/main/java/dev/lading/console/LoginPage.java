package dev.lading.console;

import io.quarkus.qute.TemplateInstance;

/**
 * @param to where the browser goes after it
 * @param message why the last try failed; empty at first
 * @param possible whether a browser would keep the cookie
 */
record LoginPage(Frame page, String to, String name, String message, boolean possible) implements TemplateInstance {}
