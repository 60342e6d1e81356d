// A real OpenID provider for the tests: node provider.mjs PORT REDIRECT_URI
// Whoever signs in there as NUMBER is the member with that card number; the mailbox "unverified"
// before the @ is not verified. Prints "ready" once it listens.
import Provider from "oidc-provider";

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "thu-hoach",
      client_secret: "a-secret-of-the-tests-alone",
      redirect_uris: [redirectUri],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      application_type: "native",
      token_endpoint_auth_method: "client_secret_basic",
    },
  ],
  claims: {
    openid: ["sub"],
    profile: ["name", "card_number"],
    email: ["email", "email_verified"],
  },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["key-of-the-tests"] },
  async findAccount(_context, id) {
    return {
      accountId: id,
      async claims() {
        return {
          sub: id,
          name: id,
          card_number: id,
          email: `${id}@vidu.vn`,
          email_verified: !id.startsWith("unverified"),
        };
      },
    };
  },
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
