import { html, nothing, render } from 'lit-html';
import * as client from '../shop/client.ts';
import { messageOf, Problem } from '../shop/problem.ts';

/** A shop without shards does not look through its reservations by address. */
const NOT_THIS_STAGE = [404, 405];

/** A form that has a link to all reservations of an address mailed to it: those bought in whatever browser. */
export function byEmail(outlet: HTMLElement): void {
  const draw = (content: unknown): void => {
    render(
      html`<section class="by-email">
        <h2>Tickets bought elsewhere</h2>
        <form @submit=${submitted}>
          <label
            ><span>Email</span
            ><input name="email" type="email" autocomplete="email" required maxlength="254"
          /></label>
          <button class="button">Mail me a link</button>
        </form>
        <div role="status">${content}</div>
      </section>`,
      outlet,
    );
  };

  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    const email = String(new FormData(event.target as HTMLFormElement).get('email')).trim();
    draw(html`<p class="message">Sending…</p>`);
    void send(email).then((text) => draw(html`<p class="message">${text}</p>`));
  };

  draw(nothing);
}

async function send(email: string): Promise<string> {
  try {
    await client.mailLink(email);
    return 'A link to the reservations of this address is on its way to it. It is good for 15 minutes.';
  } catch (error) {
    return error instanceof Problem && NOT_THIS_STAGE.includes(error.status)
      ? 'This stage of the shop mails no links to reservations. They come with stage 9.'
      : messageOf(error);
  }
}
