/** lockstep's own version, written beside each migration that it applied. A test holds it equal to package.json. */
export const packageVersion = "0.1.0";
