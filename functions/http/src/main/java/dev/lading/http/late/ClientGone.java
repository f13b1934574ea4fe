package dev.lading.http.late;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client broke off, or neither sends nor takes anything; there is nobody to answer. */
public final class ClientGone extends IOException {
    public ClientGone(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
