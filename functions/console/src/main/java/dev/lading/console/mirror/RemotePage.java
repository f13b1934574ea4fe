package dev.lading.console.mirror;

import dev.lading.console.FormInput;
import dev.lading.console.Frame;
import dev.lading.remote.Remote;
import io.quarkus.qute.TemplateInstance;

/**
 * The form that changes a remote.
 *
 * @param mirror id of the repository from whose page its caller came; empty: none
 * @param credentials whether it has some
 */
record RemotePage(Frame page, Remote remote, String mirror, FormInput input, boolean credentials)
        implements TemplateInstance {}
