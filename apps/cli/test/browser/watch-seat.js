// Runs in the page under test. Times are the machine's clock in milliseconds, so that two pages can be compared.
const clock = () => performance.timeOrigin + performance.now();

/** Resolves with the moment at which a seat of the plan gets a state. */
window.seatBecomes = (seat, state) =>
  new Promise((resolve) => {
    const button = document.querySelector(`button[data-seat="${seat}"]`);
    const look = () => {
      if (button.dataset.state !== state) return;
      observer.disconnect();
      resolve(clock());
    };
    const observer = new MutationObserver(look);
    observer.observe(button, { attributes: true, attributeFilter: ['data-state'] });
    look();
  });

/** Resolves with the moment of the next press of the Buy button. */
window.buyPressed = () =>
  new Promise((resolve) => {
    const pressed = () => resolve(clock());
    document.querySelector('.buy').addEventListener('click', pressed, { once: true, capture: true });
  });
