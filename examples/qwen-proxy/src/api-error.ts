/** Errors in the shape that OpenAI's clients understand. */

/** The JSON body of an error. */
interface ApiError {
  readonly error: {
    readonly message: string;
    readonly type: "invalid_request_error" | "upstream_error" | "server_error";
    readonly param: null;
    readonly code: string | null;
  };
}

/** Builds the body; `code` is the machine-readable reason. */
export function apiError(type: ApiError["error"]["type"], message: string, code: string | null = null): ApiError {
  return { error: { message, type, param: null, code } };
}
