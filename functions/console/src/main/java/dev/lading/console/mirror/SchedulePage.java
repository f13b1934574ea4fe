package dev.lading.console.mirror;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.history.Repository;
import io.quarkus.qute.TemplateInstance;

/** @param due of what the form says; nothing where that is no schedule */
record SchedulePage(Frame page, Repository repository, FormInput input, Due due, String command)
        implements TemplateInstance {}
