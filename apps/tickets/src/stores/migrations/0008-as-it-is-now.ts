/**
 * as_it_is_now(): the answer to a repeated key, with the reservation's present status. The first answer is kept for
 * good; the reservation may have been cancelled since. Every other answer passes unchanged, for the price of a
 * comparison. Volatile, so that it sees what was committed while the request waited for the key's lock.
 */
export const asItIsNow = `
create function as_it_is_now(in_answer text) returns text language plpgsql as $$
declare
  answer jsonb;
  present text;
begin
  if in_answer not like '{"replayed" : true,%' then
    return in_answer;
  end if;
  answer := in_answer::jsonb;
  select status into present from reservations where id = (answer->'first'->'reservation'->>'id')::uuid;
  if present is null or present = 'confirmed' then
    return in_answer;
  end if;
  return jsonb_set(answer, '{first,reservation,status}', to_jsonb(present))::text;
end $$;
`;
