// A file dropped anywhere on the page goes into the input that takes its kind. Without this the inputs work as they are.
const places = [...document.querySelectorAll('[data-drop]')].map((box) => ({
  box, input: box.querySelector('input'), told: box.querySelector('[data-dropped]'), kinds: box.dataset.drop.split(','),
}));

const ending = (name) => `.${name.split('.').pop().toLowerCase()}`;

function check({ input, told }) {
  const file = input.files[0];
  const large = file && file.size > Number(input.dataset.max);
  input.setCustomValidity(large ? 'This file is too large.' : '');
  told.textContent = file ? `${file.name}${large ? ' is too large' : ' is chosen'}.` : '';
}

for (const place of places) place.input.addEventListener('change', () => check(place));

const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');

addEventListener('dragover', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  for (const { box } of places) box.classList.add('over');
});

const leave = () => places.forEach(({ box }) => box.classList.remove('over'));
addEventListener('dragleave', (event) => { if (!event.relatedTarget) leave(); });

addEventListener('drop', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  leave();
  const [file] = event.dataTransfer.files;
  if (!file) return;
  const place = places.find(({ kinds }) => kinds.includes(ending(file.name))) ?? places[0];
  const one = new DataTransfer();
  one.items.add(file);
  place.input.files = one.files;
  check(place);
  place.input.focus();
});
